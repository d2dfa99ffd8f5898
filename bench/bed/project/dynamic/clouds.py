# bed: group=dynamic forms=both
"""Clients whose methods are made at run time or generated; none is installed."""

import boto3
import grpc
import stripe
from google.cloud import bigquery, pubsub_v1, storage
from google.cloud.firestore import Client as Firestore

from dynamic import greeter_pb2, greeter_pb2_grpc

s3 = boto3.client("s3")  # either: loads descriptions or credentials
table = boto3.resource("dynamodb").Table("users")  # either: loads descriptions or credentials
stripe.api_key = "sk"


async def client_method():
    return s3.get_object(Bucket="a", Key="b")  # blocks: network


async def client_upload(path):
    s3.upload_file(path, "a", "b")  # blocks: network


async def client_in_place(queue):
    return boto3.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=20)  # blocks: network


async def client_of_session():
    session = boto3.session.Session(profile_name="a")  # either: loads descriptions or credentials
    sns = session.client("sns")  # either: loads descriptions or credentials
    sns.publish(TopicArn="a", Message="b")  # blocks: network


async def client_paginator():
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket="a"):  # blocks: network
        yield page


async def client_waiter():
    s3.get_waiter("object_exists").wait(Bucket="a", Key="b")  # blocks: network


async def resource_method():
    return table.get_item(Key={"id": 1})  # blocks: network


async def resource_chain():
    boto3.resource("s3").Bucket("a").upload_file("path", "key")  # blocks: network


async def resource_object():
    bucket = boto3.resource("s3").Bucket("a")  # either: loads descriptions or credentials
    return bucket.Object("key").get()["Body"].read()  # blocks: network


class Files:
    def __init__(self):
        self._client = boto3.client("s3", region_name="eu-west-1")  # either: loads descriptions or credentials

    def drop(self, key):
        self._client.delete_object(Bucket="a", Key=key)  # blocks: network


async def client_in_attribute():
    Files().drop("a")


async def charges():
    return stripe.Charge.create(amount=100, currency="eur")  # blocks: network


async def customer():
    found = stripe.Customer.retrieve("cus_1")  # blocks: network
    found.delete()  # blocks: network


async def lists_payments():
    for payment in stripe.PaymentIntent.list(limit=3).auto_paging_iter():  # blocks: network
        yield payment


async def downloads():
    blob = storage.Client().bucket("a").blob("b")  # either: loads descriptions or credentials
    return blob.download_as_bytes()  # blocks: network


async def uploads():
    client = storage.Client()  # either: loads descriptions or credentials
    bucket = client.get_bucket("a")  # blocks: network
    bucket.blob("b").upload_from_filename("c")  # blocks: network


async def queries():
    client = bigquery.Client()  # either: loads descriptions or credentials
    return list(client.query("select 1").result())  # blocks: network


async def publishes():
    publisher = pubsub_v1.PublisherClient()  # either: loads descriptions or credentials
    return publisher.publish("topic", b"x").result()  # blocks: network


async def document():
    return Firestore().collection("a").document("b").get()  # blocks: network


async def stub_call():
    channel = grpc.insecure_channel("localhost:50051")
    stub = greeter_pb2_grpc.GreeterStub(channel)
    return stub.SayHello(greeter_pb2.HelloRequest(name="a"))  # blocks: network


async def channel_ready():
    grpc.channel_ready_future(grpc.insecure_channel("a:1")).result(timeout=5)  # blocks: network


async def raw_call():
    with grpc.insecure_channel("a:1") as channel:
        call = channel.unary_unary("/greeter/SayHello")
        return call(b"a")  # blocks: network
